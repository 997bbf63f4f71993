// The people of the demo city, one per main role, so that a newcomer can walk a report through every pair of hands.
import type { Role } from './staff.ts';

export interface Persona {
	key: string;
	id: string;
	name: string;
	name_en: string;
	role: Role;
	/** The unit the role is held for, by its Chinese name in the demo city. */
	unit?: string;
	unit_en?: string;
	/** Where this person starts work. */
	start: string;
}

const people: readonly Omit<Persona, 'id'>[] = [
	{ key: 'registrar', name: '林静', name_en: 'Lin Jing', role: 'registrar', start: '/desk' },
	{ key: 'dispatcher', name: '周远', name_en: 'Zhou Yuan', role: 'dispatcher', start: '/desk' },
	{
		key: 'unit-handler',
		name: '陈立',
		name_en: 'Chen Li',
		role: 'unit_handler',
		unit: '城管一中队',
		unit_en: 'Squad 1',
		start: '/desk'
	},
	{
		key: 'team',
		name: '吴桐',
		name_en: 'Wu Tong',
		role: 'team',
		unit: '城管二中队',
		unit_en: 'Squad 2',
		start: '/desk'
	},
	{ key: 'inspector', name: '许宁', name_en: 'Xu Ning', role: 'inspector', start: '/desk' },
	{ key: 'closer', name: '何平', name_en: 'He Ping', role: 'closer', start: '/desk' },
	{ key: 'office', name: '苏敏', name_en: 'Su Min', role: 'office', start: '/desk' },
	{ key: 'admin', name: '高原', name_en: 'Gao Yuan', role: 'admin', start: '/desk' },
	{ key: 'wall', name: '大屏', name_en: 'Wall', role: 'wall', start: '/wall' }
];

// The same ids in every demo city, so that a city that has become a real one still knows whom to turn away.
export const personas: readonly Persona[] = people.map((person, at) => ({
	id: `00000000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`,
	...person
}));

export function findPersona(key: string): Persona | undefined {
	return personas.find((one) => one.key === key);
}

export function isPersona(id: string): boolean {
	return personas.some((one) => one.id === id);
}
