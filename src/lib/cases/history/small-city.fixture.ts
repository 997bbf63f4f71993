import { nothingKnown, packStreets, type Known } from '#lib/city/import/known.ts';

/** Where the small city lies: streets every 200 m, five by five of them. */
const corner = [119.46, 32.79] as const;
const step = [0.00214, 0.0018] as const;
const size = 5;

/** A place on a street of the small city: `x` and `y` count blocks. */
export function onStreet(x: number, y: number): [lng: number, lat: number] {
	const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
	return [round(corner[0] + x * step[0]), round(corner[1] + y * step[1])];
}

/** What is known of a small city: a grid of streets, the categories most files need, one unit. */
export function smallCity(): Known {
	const known = nothingKnown();
	const lines = Array.from({ length: size }, (_, i) => [
		[onStreet(i, 0), onStreet(i, size - 1)],
		[onStreet(0, i), onStreet(size - 1, i)]
	]).flat() as [number, number][][];
	known.streets = packStreets(
		lines.map((line, i) => ({ id: i + 1, street_id: i + 1, name: `街${i}`, class: 'residential', line }))
	);
	const [west, south] = onStreet(0, 0);
	const [east, north] = onStreet(size - 1, size - 1);
	known.city = { ...known.city, name: '小城', bbox: [west, south, east, north], hasStreets: true };
	known.categories = [
		['0551', '占道洗车', 'Car wash on the pavement'],
		['0504', '店外经营', 'Stall outside the shop line'],
		['0505', '机动车乱停放', 'Badly parked motor vehicle'],
		['0599', '其他', 'Something else']
	].map(([code, name, nameEn]) => ({
		code: code!,
		name: name!,
		nameEn: nameEn!,
		parent: '05',
		isLeaf: true
	}));
	known.units = [{ id: 1, key: '城关中队', name: '城关中队', nameEn: null, parentId: null }];
	return known;
}
