// What is drawn by the server only: pages of citizens carry the frame's HTML but none of its script. Components cannot ask
// for a synchronous drawing of what they must not import, so the server says once, at its start, how each is drawn.
export type Draw = (props: object) => string;

const drawings = new Map<string, Draw>();

/** The server's word; called where the server alone imports the component. */
export function drawIsland(name: string, draw: Draw): void {
	drawings.set(name, draw);
}

/** The HTML of an island; empty where nobody said how it is drawn: in browsers. */
export function islandHtml(name: string, props: object): string {
	return drawings.get(name)?.(props) ?? '';
}
