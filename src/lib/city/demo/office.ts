// What the demo's offices set up: units, hours, places to wash a car instead, the campaign and what it has achieved.
import { townPlan } from './ground.ts';
import { units } from './plan/duty.ts';
import { bend, toLngLat, type Metres } from './plane.ts';

export interface WorkingSlot {
	/** 1 is Monday. */
	weekday: number;
	/** Local time, `HH:MM`. */
	starts: string;
	ends: string;
}

/** Enforcement works in shifts: by day on every day of the week, and in the evening, when the stalls come out. */
export const townHours: readonly WorkingSlot[] = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => [
	{ weekday, starts: '08:30', ends: '12:00' },
	{ weekday, starts: '14:00', ends: '17:30' },
	{ weekday, starts: '18:00', ends: '21:00' }
]);

/** Rows as `import_units` takes them. */
export const townUnits = Object.values(units).map(({ name, nameEn, parent }) => ({
	key: name,
	name,
	name_en: nameEn,
	...(parent ? { parent } : {})
}));

export interface Facility {
	key: string;
	kind: 'wash_site' | 'camera';
	name: string;
	name_en: string;
	lng: number;
	lat: number;
	bays?: number;
	bays_free?: number;
	build_state?: 'planned' | 'building' | 'open' | 'closed';
}

/** Rows as `import_facilities` takes them: the two central wash sites, and cameras at the key places. */
export function townFacilities(): Facility[] {
	const { parcels } = townPlan();
	const cameras = [
		'bus-station',
		'rail-station',
		'jinqiao-mall',
		'jiachun-mall',
		'taibei-market',
		'south-market',
		'hospital'
	];
	return [
		{
			key: 'demo:wash:baota',
			kind: 'wash_site',
			name: '宝塔社区停车场',
			name_en: 'Baota Community Car Park',
			...placeOf([420, 500]),
			bays: 25,
			bays_free: 9,
			build_state: 'open'
		},
		{
			key: 'demo:wash:taibei',
			kind: 'wash_site',
			name: '泰北路计生站东侧',
			name_en: 'East of the Family Planning Station, Taibei Road',
			...placeOf([752, 1176]),
			bays: 14,
			bays_free: 0,
			build_state: 'building'
		},
		...cameras.map((key): Facility => {
			const { name, nameEn, at, size } = parcels.find((parcel) => parcel.key === key)!;
			const gate: Metres = [at[0], at[1] - size[1] / 2 - 8];
			const names = { name: `${name}路口监控`, name_en: `${nameEn} camera` };
			return { key: `demo:camera:${key}`, kind: 'camera', ...names, ...placeOf(gate) };
		})
	];
}

function placeOf(point: Metres): { lng: number; lat: number } {
	const [lng, lat] = toLngLat(bend(point));
	return { lng, lat };
}

/**
 * The campaign that runs on a day. Its figures are those a county-level city announced for the end of June; "more than"
 * stays a lower bound. Before July the last year's is still being wound up.
 */
export function townCampaign(now: Date) {
	const year = now.getUTCFullYear() - (now.getUTCMonth() < 6 ? 1 : 0);
	const as_of = `${year}-06-30`;
	const figure = (key: string, name: string, name_en: string, value: number, is_lower_bound = false) => ({
		key,
		name,
		name_en,
		value,
		is_lower_bound,
		as_of
	});
	const ends_on = now.getUTCMonth() < 6 ? `${year + 1}-06-30` : `${year}-12-31`;
	const phase = (key: string, name: string, name_en: string, starts_on: string, until: string) => ({
		key,
		name,
		name_en,
		starts_on,
		ends_on: until
	});
	return {
		key: `car-wash-${year}`,
		name: '占道洗车专项整治',
		name_en: 'Campaign against car washing on the pavement',
		starts_on: `${year}-03-15`,
		ends_on,
		is_demo: true,
		figures: [
			figure('leaflets', '发放宣传单', 'Leaflets handed out', 1000, true),
			figure('patrols', '开展巡查', 'Patrols', 2000, true),
			figure('closed', '取缔洗车点', 'Wash sites closed', 3),
			figure('rebuilt', '整改洗车点', 'Wash sites rebuilt', 5),
			figure('relocated', '搬迁洗车点', 'Wash sites relocated', 11),
			figure('confirmed', '市民随手拍核实', 'Citizens’ snapshots confirmed', 126)
		],
		phases: [
			phase('mobilise', '宣传发动', 'Telling people', `${year}-03-15`, `${year}-05-14`),
			phase('concentrate', '集中整治', 'Concentrated work', `${year}-05-15`, `${year}-09-30`),
			phase('keep', '巩固提升', 'Keeping it', `${year}-10-01`, ends_on)
		]
	};
}
