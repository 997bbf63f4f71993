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
		unit: '城管三中队',
		unit_en: 'Squad 3',
		start: '/patrol'
	},
	{ key: 'inspector', name: '许宁', name_en: 'Xu Ning', role: 'inspector', start: '/desk' },
	{ key: 'closer', name: '何平', name_en: 'He Ping', role: 'closer', start: '/desk' },
	{ key: 'office', name: '苏敏', name_en: 'Su Min', role: 'office', start: '/board' },
	{ key: 'admin', name: '高原', name_en: 'Gao Yuan', role: 'admin', start: '/admin' },
	{ key: 'wall', name: '大屏', name_en: 'Wall', role: 'wall', start: '/wall' },
	{ key: 'data-officer', name: '沈岚', name_en: 'Shen Lan', role: 'data_officer', start: '/admin/reveals' }
];

// The same ids in every demo city, so that a city that has become a real one still knows whom to turn away.
export const personas: readonly Persona[] = people.map((person, at) => ({
	id: `00000000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`,
	...person
}));

export function findPersona(key: string): Persona | undefined {
	return personas.find((one) => one.key === key);
}

/** The staff who work the demo town's cases when nobody plays them: no one signs in as these. */
export interface Worker {
	id: string;
	login: string;
	name: string;
	role: Role;
	unit?: string;
}

const handlingUnits = [
	'城管一中队',
	'城管二中队',
	'城管三中队',
	'城管四中队',
	'城管五中队',
	'城管六中队',
	'城郊综合执法队',
	'交通运输执法中队',
	'景区管理所'
] as const;

const workforce: readonly Omit<Worker, 'id' | 'login'>[] = [
	{ name: '演示受理员', role: 'registrar' },
	{ name: '演示派遣员', role: 'dispatcher' },
	{ name: '演示值班长', role: 'closer' },
	{ name: '演示监督员', role: 'inspector' },
	...handlingUnits.map((unit) => ({ name: `演示队员·${unit}`, role: 'team' as const, unit })),
	{ name: '演示管理员', role: 'admin' }
];

export const workers: readonly Worker[] = workforce.map((worker, at) => ({
	id: `d0000000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`,
	login: `demo-worker-${at + 1}`,
	...worker
}));

/** Who does a job in the demo town; a team's member by the name of their unit. */
export function findWorker(role: Role, unit?: string): Worker {
	const worker = workers.find((one) => one.role === role && one.unit === unit);
	if (!worker) throw new Error(`The demo town has no ${role} of ${unit ?? 'the town'}.`);
	return worker;
}

/** Whether an account belongs to the demo, and is shut out with it. */
export function isPersona(id: string): boolean {
	return personas.some((one) => one.id === id) || workers.some((one) => one.id === id);
}
