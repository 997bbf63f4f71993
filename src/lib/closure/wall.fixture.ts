import { demoDistrict } from '#lib/city/demo/district.ts';
import { seeded } from '#lib/city/demo/plane.ts';
import type { WallEvent } from '#lib/live/frame.ts';
import type { Polygon } from 'geojson';
import type { WallSnapshot } from './wall.ts';

/** A wall of the demo district with invented numbers, the same every time: for tests, which have no database. */
export function wallSnapshot(): WallSnapshot {
	const { city, segments, areas } = demoDistrict();
	const random = seeded(7);
	const upTo = (most: number) => Math.floor(random() * (most + 1));
	const names = new Map(segments.map((segment) => [segment.name!, segment]));
	const streets = [...names.values()].map(({ name, name_en }, i) => {
		const due = i % 5 === 4 ? 0 : i % 3 === 2 ? upTo(8) : 10 + upTo(180);
		const closed = Math.round(due * (0.55 + random() * 0.44));
		return {
			street_id: i + 1,
			name: name!,
			name_en,
			due,
			closed,
			on_time: Math.round(closed * 0.85),
			verified: Math.round(closed * 0.7),
			open: upTo(12),
			overdue: upTo(3),
			received: due + upTo(20)
		};
	});
	const grids = areas
		.filter(({ kind }) => kind === 'duty_grid')
		.map((area, i) => {
			const due = 60 + upTo(200);
			return {
				area_id: i + 1,
				name: area.name,
				name_en: area.name_en,
				kind: area.kind,
				unit: area.unit,
				unit_en: area.unit_en ?? null,
				geometry: area.geometry as Polygon,
				due,
				closed: Math.round(due * (0.6 + random() * 0.38)),
				open: upTo(30),
				overdue: upTo(6),
				received: due + upTo(60)
			};
		});
	const categories = [
		['050401', '占道洗车', 'Kerbside car wash', 388],
		['0504', '店外经营', 'Trading outside the shop', 331],
		['0509', '黑车拉客', 'Unlicensed taxis', 207],
		['0501', '无照经营游商', 'Unlicensed hawking', 166],
		['0505', '机动车乱停放', 'Badly parked vehicles', 121],
		['0507', '乱堆物堆料', 'Dumped goods and material', 64]
	] as const;
	const at = Date.parse('2026-06-30T12:00:00.000Z');
	const recent = Array.from({ length: 12 }, (_, i): WallEvent => {
		const segment = segments[upTo(segments.length - 1)]!;
		const [lng, lat] = segment.line[Math.floor(segment.line.length / 2)]!;
		const [code, name, nameEn] = categories[upTo(3)]!;
		const when = new Date(at - i * 340_000).toISOString();
		return {
			position: 9000 - i,
			kind: 'report.received',
			at: when,
			occurred_at: when,
			case_number: null,
			street_id: 1,
			street: segment.name,
			street_en: segment.name_en,
			segment_id: 1,
			area_id: 1,
			area: grids[0]!.name,
			area_en: grids[0]!.name_en,
			unit_id: null,
			category: code,
			category_name: name,
			category_name_en: nameEn,
			status: 'received',
			point: { lng, lat }
		} as WallEvent;
	});
	const flow = Array.from({ length: 14 }, (_, i) => {
		const received = 58 + upTo(40);
		return {
			day: new Date(at - (13 - i) * 86_400_000).toISOString().slice(0, 10),
			received,
			filed: Math.round(received * 0.9),
			closed: Math.round(received * (0.6 + random() * 0.4))
		};
	});
	return {
		epoch: 'fixture',
		position: 9000,
		taken_at: new Date(at).toISOString(),
		city: {
			name: city.name,
			name_en: city.name_en,
			is_demo: true,
			time_zone: city.time_zone,
			minimum_sample: 10,
			streets_version: 'fixture',
			center: city.center,
			bbox: city.bbox
		},
		period: { from: '2026-05-31T16:00:00.000Z', to: new Date(at).toISOString(), days: 30 },
		definitions: [
			{
				id: 'closure_rate',
				name: '结案率',
				name_en: 'Closure rate',
				formula: '已结案 ÷ 应结案',
				formula_en: 'closed ÷ due to close'
			}
		],
		totals: {
			received_today: 64,
			filed_today: 57,
			dispatched_today: 55,
			closed_today: 49,
			open: 186,
			overdue: 23,
			due: 1204,
			closed: 1046,
			on_time: 902,
			verified: 871,
			returned: 31,
			received_total: 4123
		},
		streets,
		areas: grids,
		recent,
		flow,
		categories: categories.map(([code, name, name_en, received]) => ({ code, name, name_en, received })),
		campaign: {
			name: '占道洗车专项整治',
			name_en: 'Campaign against kerbside car washes',
			starts_on: '2026-03-15',
			ends_on: '2026-12-31',
			days_left: 184,
			figures: [
				{
					key: 'leaflets',
					name: '发放告知书',
					name_en: 'Leaflets',
					value: 1000,
					is_lower_bound: true,
					as_of: '2026-06-30'
				}
			]
		},
		overdue: [
			{ band: '<1d', cases: 12 },
			{ band: '1-3d', cases: 8 },
			{ band: '>3d', cases: 3 }
		],
		next_due: {
			number: 'E0509202606300012',
			due_at: new Date(at + 2_520_000).toISOString(),
			street: '金桥路',
			street_en: 'Jinqiao Road',
			category_name: '黑车拉客',
			category_name_en: 'Unlicensed taxis'
		}
	};
}
