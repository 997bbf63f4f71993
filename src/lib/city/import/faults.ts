/** What can be wrong with a row of a street file; the sentence is the message `network_<fault>`. */
export type Fault =
	| 'not_geojson'
	| 'json_broken'
	| 'no_rows'
	| 'not_a_line'
	| 'too_few_points'
	| 'not_numbers'
	| 'swapped'
	| 'out_of_range'
	| 'far_away'
	| 'no_length'
	| 'line_too_long'
	| 'bad_text'
	| 'duplicate_key'
	| 'name_too_long'
	| 'bad_oneway';

export interface RowProblem {
	/** Counted from 1, in file order. 0: the file as a whole. */
	row: number;
	/** What the row calls itself, when it does. */
	name: string | null;
	fault: Fault;
	detail: string;
}
