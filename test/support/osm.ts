// Small OpenStreetMap files, made in code: the same world as XML and as PBF.
import { deflateSync } from 'node:zlib';
import { PbfWriter } from 'pbf';

export type OsmTags = Record<string, string>;
export interface OsmWorld {
	nodes: { id: number; lng: number; lat: number; tags?: OsmTags }[];
	ways: { id: number; refs: number[]; tags?: OsmTags }[];
	relations?: {
		id: number;
		members: { type: 'node' | 'way' | 'relation'; ref: number; role: string }[];
		tags?: OsmTags;
	}[];
}

const escaped = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const xmlTags = (tags: OsmTags = {}) =>
	Object.entries(tags).map(([k, v]) => `<tag k="${escaped(k)}" v="${escaped(v)}"/>`);

export function osmXml({ nodes, ways, relations = [] }: OsmWorld): string {
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		'<osm version="0.6" generator="code">',
		...nodes.map(({ id, lng, lat, tags }) =>
			tags
				? `<node id="${id}" lat="${lat}" lon="${lng}">${xmlTags(tags).join('')}</node>`
				: `<node id="${id}" lat="${lat}" lon="${lng}"/>`
		),
		...ways.map(
			({ id, refs, tags }) =>
				`<way id="${id}">${refs.map((ref) => `<nd ref="${ref}"/>`).join('')}${xmlTags(tags).join('')}</way>`
		),
		...relations.map(
			({ id, members, tags }) =>
				`<relation id="${id}">${members
					.map(({ type, ref, role }) => `<member type="${type}" ref="${ref}" role="${escaped(role)}"/>`)
					.join('')}${xmlTags(tags).join('')}</relation>`
		),
		'</osm>'
	].join('\n');
}

export interface PbfOptions {
	dense?: boolean;
	compress?: boolean;
	features?: string[];
	granularity?: number;
}

/** One header, one block. */
export function osmPbf(world: OsmWorld, options: PbfOptions = {}): Uint8Array {
	const { compress = true, features = ['OsmSchema-V0.6', 'DenseNodes'] } = options;
	const header = new PbfWriter();
	for (const feature of features) header.writeStringField(4, feature);
	return joinedBytes(
		pbfBlob('OSMHeader', header.finish(), compress),
		pbfBlob('OSMData', pbfBlock(world, options), compress)
	);
}

/** A blob as the file holds it: its header's length, its header, itself. */
export function pbfBlob(type: string, data: Uint8Array, compress = true): Uint8Array {
	const blob = new PbfWriter();
	if (compress) {
		blob.writeVarintField(2, data.length);
		blob.writeBytesField(3, deflateSync(data));
	} else blob.writeBytesField(1, data);
	return framed(type, blob.finish());
}

/** Any bytes in the frame of a blob of `size` bytes, as its header says. */
export function framed(type: string, blob: Uint8Array, size = blob.length): Uint8Array {
	const header = new PbfWriter();
	header.writeStringField(1, type);
	header.writeVarintField(3, size);
	const bytes = header.finish();
	const length = new Uint8Array(4);
	new DataView(length.buffer).setUint32(0, bytes.length);
	return joinedBytes(length, bytes, blob);
}

export function pbfBlock(world: OsmWorld, { dense = true, granularity = 100 }: PbfOptions = {}): Uint8Array {
	const texts = [''];
	const textOf = (text: string) => {
		const known = texts.indexOf(text);
		return known >= 0 ? known : texts.push(text) - 1;
	};
	const units = (degrees: number) => Math.round((degrees * 1e9) / granularity);
	const keysAndValues = (pbf: PbfWriter, tags: OsmTags = {}) => {
		pbf.writePackedVarint(2, Object.keys(tags).map(textOf));
		pbf.writePackedVarint(3, Object.values(tags).map(textOf));
	};
	const steps = (numbers: number[]) => numbers.map((number, i) => number - (i > 0 ? numbers[i - 1]! : 0));

	const group = new PbfWriter();
	if (dense) {
		group.writeMessage(
			2,
			(nodes: OsmWorld['nodes'], pbf: PbfWriter) => {
				pbf.writePackedSVarint(1, steps(nodes.map(({ id }) => id)));
				pbf.writePackedSVarint(8, steps(nodes.map(({ lat }) => units(lat))));
				pbf.writePackedSVarint(9, steps(nodes.map(({ lng }) => units(lng))));
				pbf.writePackedVarint(
					10,
					nodes.flatMap(({ tags = {} }) => [
						...Object.entries(tags).flatMap(([k, v]) => [textOf(k), textOf(v)]),
						0
					])
				);
			},
			world.nodes
		);
	} else {
		for (const node of world.nodes) {
			group.writeMessage(
				1,
				({ id, lng, lat, tags }: OsmWorld['nodes'][number], pbf: PbfWriter) => {
					pbf.writeSVarintField(1, id);
					keysAndValues(pbf, tags);
					pbf.writeSVarintField(8, units(lat));
					pbf.writeSVarintField(9, units(lng));
				},
				node
			);
		}
	}
	for (const way of world.ways) {
		group.writeMessage(
			3,
			({ id, refs, tags }: OsmWorld['ways'][number], pbf: PbfWriter) => {
				pbf.writeVarintField(1, id);
				keysAndValues(pbf, tags);
				pbf.writePackedSVarint(8, steps(refs));
			},
			way
		);
	}
	const kinds = { node: 0, way: 1, relation: 2 };
	for (const relation of world.relations ?? []) {
		group.writeMessage(
			4,
			({ id, members, tags }: NonNullable<OsmWorld['relations']>[number], pbf: PbfWriter) => {
				pbf.writeVarintField(1, id);
				keysAndValues(pbf, tags);
				pbf.writePackedVarint(
					8,
					members.map(({ role }) => textOf(role))
				);
				pbf.writePackedSVarint(9, steps(members.map(({ ref }) => ref)));
				pbf.writePackedVarint(
					10,
					members.map(({ type }) => kinds[type])
				);
			},
			relation
		);
	}
	const groupBytes = group.finish();
	const block = new PbfWriter();
	block.writeMessage(
		1,
		(all: string[], pbf: PbfWriter) => all.forEach((text) => pbf.writeStringField(1, text)),
		texts
	);
	block.writeBytesField(2, groupBytes);
	if (granularity !== 100) block.writeVarintField(17, granularity);
	return block.finish();
}

export function joinedBytes(...parts: Uint8Array[]): Uint8Array {
	return new Uint8Array(Buffer.concat(parts));
}
