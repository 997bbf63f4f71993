/** What the wall's map can show; one at a time, each with its own legend. */
export const wallViews = ['rates', 'heat', 'hexagons'] as const;
export type WallView = (typeof wallViews)[number];

/** Seconds each view stands when the wall tours by itself. */
export const tourSeconds: Record<WallView, number> = { rates: 40, heat: 20, hexagons: 25 };

export function nextView(view: WallView): WallView {
	return wallViews[(wallViews.indexOf(view) + 1) % wallViews.length]!;
}

/** The view a key asks for, or null. */
export function viewForKey(key: string): WallView | null {
	return /^[1-9]$/.test(key) ? (wallViews[Number(key) - 1] ?? null) : null;
}
