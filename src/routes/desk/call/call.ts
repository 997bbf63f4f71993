/** A category as a call-taker types it. */
export interface CallCategory {
	code: string;
	name: string;
	name_en: string | null;
}

const plain = (text: string) => text.normalize('NFKC').toLowerCase().trim();

/** The one category that typed words can mean: its code, its name, or the only one whose name holds them. */
export function onlyCategory<C extends CallCategory>(categories: readonly C[], typed: string): C | null {
	const text = plain(typed);
	if (!text) return null;
	const names = (one: C) => [one.code, one.name, one.name_en ?? ''].map(plain);
	const exact = categories.find((one) => names(one).includes(text));
	if (exact) return exact;
	const holding = categories.filter((one) => names(one).some((name) => name.includes(text)));
	return holding.length === 1 ? holding[0]! : null;
}
