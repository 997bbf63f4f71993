import { toLngLat, type Metres } from './plane.ts';

export type OsmTags = Record<string, string>;

/** Gathers nodes, ways and relations and writes them as an OpenStreetMap document. */
export class OsmDocument {
	readonly #nodes: string[] = [];
	readonly #ways: string[] = [];
	readonly #relations: string[] = [];
	readonly #known = new Map<string, number>();
	#west = Infinity;
	#south = Infinity;
	#east = -Infinity;
	#north = -Infinity;

	/** A node of its own, with tags. */
	node(at: Metres, tags: OsmTags = {}): number {
		const [lng, lat] = toLngLat(at);
		const id = this.#nodes.length + 1;
		this.#nodes.push(element('node', `id="${id}" version="1" lat="${lat}" lon="${lng}"`, tagLines(tags)));
		return id;
	}

	/** The node of a name: lines that name the same corner meet there. */
	sharedNode(name: string, at: Metres): number {
		let id = this.#known.get(name);
		if (id === undefined) this.#known.set(name, (id = this.node(at)));
		return id;
	}

	/** A line through nodes. A closed one names its first node again. */
	way(nodes: readonly number[], tags: OsmTags): number {
		const id = this.#ways.length + 1;
		const lines = [...nodes.map((node) => `  <nd ref="${node}"/>`), ...tagLines(tags)];
		this.#ways.push(element('way', `id="${id}" version="1"`, lines));
		return id;
	}

	ring(points: readonly Metres[], tags: OsmTags): number {
		const nodes = points.map((point) => this.node(point));
		return this.way([...nodes, nodes[0]!], tags);
	}

	/** A polygon with holes. */
	multipolygon(rings: readonly (readonly Metres[])[], tags: OsmTags): void {
		const members = rings.map((ring, i) => {
			const way = this.ring(ring, {});
			return `  <member type="way" ref="${way}" role="${i === 0 ? 'outer' : 'inner'}"/>`;
		});
		const id = this.#relations.length + 1;
		const lines = [...members, ...tagLines({ type: 'multipolygon', ...tags })];
		this.#relations.push(element('relation', `id="${id}" version="1"`, lines));
	}

	/** Widens the document's bounds, which cut off nothing. */
	bound(points: readonly Metres[]): void {
		for (const point of points) {
			const [lng, lat] = toLngLat(point);
			this.#west = Math.min(this.#west, lng);
			this.#east = Math.max(this.#east, lng);
			this.#south = Math.min(this.#south, lat);
			this.#north = Math.max(this.#north, lat);
		}
	}

	toString(): string {
		const bounds = `minlat="${this.#south}" minlon="${this.#west}" maxlat="${this.#north}" maxlon="${this.#east}"`;
		return [
			'<?xml version="1.0" encoding="UTF-8"?>',
			'<osm version="0.6" generator="Kerbside demo town" attribution="演示数据，城市为虚构 / demo data, an invented town">',
			` <bounds ${bounds}/>`,
			...this.#nodes,
			...this.#ways,
			...this.#relations,
			'</osm>',
			''
		].join('\n');
	}
}

function element(name: string, attributes: string, lines: readonly string[]): string {
	return lines.length === 0
		? ` <${name} ${attributes}/>`
		: ` <${name} ${attributes}>\n${lines.join('\n')}\n </${name}>`;
}

function tagLines(tags: OsmTags): string[] {
	return Object.entries(tags).map(([key, value]) => `  <tag k="${key}" v="${escaped(value)}"/>`);
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
