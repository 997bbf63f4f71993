import { describe, expect, it } from 'vitest';
import { screensFor } from './screens.ts';
import type { HeldRole } from './staff.ts';

const holding = (...roles: string[]) => ({ roles: roles.map((role) => ({ role }) as HeldRole) });

describe('the screens a person may open', () => {
	it.each([
		['a citizen', null, ['map', 'snap', 'track']],
		[
			'a registrar',
			holding('registrar'),
			['map', 'snap', 'track', 'desk', 'wall', 'board', 'hotspots', 'patrol']
		],
		['a team', holding('team'), ['map', 'snap', 'track', 'desk', 'patrol']],
		['an inspector', holding('inspector'), ['map', 'snap', 'track', 'desk']],
		['a wall', holding('wall'), ['map', 'snap', 'track', 'wall', 'board', 'hotspots']],
		[
			'an administrator',
			holding('admin'),
			['map', 'snap', 'track', 'desk', 'wall', 'board', 'hotspots', 'admin']
		],
		['a data officer', holding('data_officer'), ['map', 'snap', 'track', 'admin']]
	])('%s', (_, staff, screens) => {
		expect(screensFor(staff)).toEqual(screens);
	});

	it('add up for a person of several roles, each screen once', () => {
		expect(screensFor(holding('team', 'wall'))).toEqual([
			'map',
			'snap',
			'track',
			'desk',
			'wall',
			'board',
			'hotspots',
			'patrol'
		]);
	});
});
