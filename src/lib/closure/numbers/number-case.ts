/** A case that stands behind a number, as `api.fact_cases` gives it. */
export interface NumberCase {
	fact_number: number;
	id: string;
	number: string;
	status: string;
	category: string;
	street_id: number | null;
	unit_id: number | null;
	area_id: number | null;
	source: string;
	filed_at: string;
	dispatched_at: string | null;
	due_at: string | null;
	closed_at: string | null;
	returned_count: number;
}
