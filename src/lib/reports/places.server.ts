import { anonClient, call } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';

/** A street by name, with a point that lies on it. */
export interface StreetHit {
	id: number;
	name: string;
	name_en: string | null;
	point: { lng: number; lat: number };
}

/** Streets whose name has to do with what a person typed. */
export async function searchStreets(typed: string, home: Home = getHome()): Promise<StreetHit[]> {
	const query = [...typed.normalize('NFKC').replace(/\p{C}/gu, ' ').trim()].slice(0, 80).join('');
	if (!query) return [];
	const { streets } = (await call(anonClient(home), 'search_streets', { query, max_rows: 8 })) as unknown as {
		streets: StreetHit[];
	};
	return streets.filter((street) => street.point !== null);
}
