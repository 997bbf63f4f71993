/** What stands and was done around a place: `api.hotspot_surroundings`. No person and nobody's words. */
export interface Around {
	taken_at: string;
	radius_m: number;
	cases: { total: number; open: number; overdue: number; returned: number };
	facilities: {
		id: number;
		kind: string;
		name: string;
		name_en: string | null;
		build_state: string;
		bays: number | null;
		metres: number;
	}[];
	acts: { kind: string; name: string; name_en: string; unit: string; unit_en: string | null; at: string }[];
	moves: { status: string; number: string; at: string }[];
}
