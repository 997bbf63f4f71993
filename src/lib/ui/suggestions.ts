/** One thing a search box offers. */
export interface Suggestion {
	id: string;
	label: string;
	/** What kind of thing it is, or where. */
	note?: string;
	href: string;
}

/** Suggestions under a heading, such as streets. */
export interface SuggestionGroup {
	label: string;
	items: readonly Suggestion[];
}
