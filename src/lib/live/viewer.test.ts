import { describe, expect, it } from 'vitest';
import type { HeldRole } from '#lib/staff/staff.ts';
import { chooseClass } from './viewer.ts';

const staff = (...roles: string[]) => ({
	roles: roles.map((role) => ({ role }) as HeldRole)
});

describe('the class of a viewer', () => {
	it.each([
		['a registrar', ['registrar'], null, 'desk'],
		['a dispatcher who opens the wall', ['dispatcher'], 'wall', 'wall'],
		['a wall', ['wall'], null, 'wall'],
		['a wall that asks for the desk', ['wall'], 'desk', null],
		['a team', ['team'], null, 'field'],
		['a team that asks for the desk', ['team'], 'desk', null],
		['a team that asks for the wall', ['team'], 'wall', null],
		['an inspector who also closes', ['inspector', 'closer'], null, 'desk'],
		['a volunteer', ['volunteer'], null, null],
		['anyone who asks for something else', ['closer'], 'everything', null]
	])('%s', (_, roles, asked, expected) => {
		expect(chooseClass(staff(...roles), asked)).toBe(expected);
	});
});
