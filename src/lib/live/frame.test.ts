import { describe, expect, it } from 'vitest';
import { changedPlaces, deskFrame, fieldFrame, wallFrame, type Figures, type LoggedEvent } from './frame.ts';

const event = (more: Partial<LoggedEvent> & Record<string, unknown> = {}): LoggedEvent => ({
	position: 7,
	kind: 'report.received',
	at: '2026-03-16T08:00:00Z',
	occurred_at: '2026-03-16T07:59:00Z',
	report_id: '018f0000-0000-7000-8000-000000000001',
	case_id: '018f0000-0000-7000-8000-000000000002',
	case_number: null,
	street_id: 3,
	street: '金桥路',
	street_en: 'Jinqiao Road',
	segment_id: 31,
	area_id: 5,
	area: '第一责任网格',
	area_en: 'Duty grid 1',
	unit_id: 9,
	category: '0501',
	category_name: '无照经营游商',
	category_name_en: 'Unlicensed vending',
	status: 'received',
	point: { lng: 119.9, lat: 32.1 },
	...more
});

const frame = { epoch: 'a', from: 6, position: 7, at: '2026-03-16T08:00:00Z' };
const figures = {
	taken_at: '2026-03-16T08:00:01Z',
	period: { from: '2026-02-15', to: '2026-03-16' },
	totals: { open: 4 },
	streets: [{ street_id: 3, open: 2 }],
	areas: [{ area_id: 5, open: 2 }],
	flow_today: { day: '2026-03-16', received: 1, filed: 0, closed: 0 }
} as Figures;

describe('a frame', () => {
	it('names no report and no case to a wall', () => {
		const [sent] = wallFrame(frame, [event()], figures).events;
		expect(sent).toMatchObject({ street: '金桥路' });
		expect(sent).not.toHaveProperty('report_id');
		expect(sent).not.toHaveProperty('case_id');
		expect(JSON.stringify(wallFrame(frame, [event()], figures))).not.toContain('018f0000');
	});

	it('names them to a desk, without figures', () => {
		const sent = deskFrame(frame, [event()]);
		expect(sent.events[0]?.report_id).toBe('018f0000-0000-7000-8000-000000000001');
		expect(Object.keys(sent).sort()).toEqual(['at', 'epoch', 'events', 'from', 'position']);
	});

	it('tells those in the field only whose list may have changed', () => {
		expect(fieldFrame(frame, [event()]).events).toEqual([
			{ position: 7, kind: 'report.received', unit_id: 9, area_id: 5 }
		]);
	});

	it.each(['description', 'actor', 'note', 'plate', 'lng', 'accuracy_m'])(
		'leaves a field of the log it was not told of at home: %s',
		(field) => {
			const logged = event({ [field]: 'secret words' });
			expect(JSON.stringify(wallFrame(frame, [logged], figures))).not.toContain('secret words');
			expect(JSON.stringify(deskFrame(frame, [logged]))).not.toContain('secret words');
			expect(JSON.stringify(fieldFrame(frame, [logged]))).not.toContain('secret words');
		}
	);

	it('asks for the figures of each changed street and area once', () => {
		const events = [event(), event({ street_id: 1 }), event({ street_id: null, area_id: null }), event()];
		expect(changedPlaces(events)).toEqual({ streets: [1, 3], areas: [5] });
	});

	it('asks for the figures of the place a case was moved away from, too', () => {
		const moved = event({ street_id: 3, was_street_id: 8, area_id: 5, was_area_id: 2 });
		expect(changedPlaces([moved])).toEqual({ streets: [3, 8], areas: [2, 5] });
	});
});
