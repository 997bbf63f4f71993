// OpenStreetMap's XML (.osm), read as a stream: no part of the file but the element at hand is held as text.
import { SaxesParser } from 'saxes';
import { refuseFile, RefusedFile } from '../refused-file.ts';
import type { OsmData, OsmMember } from './data.ts';
import type { Tags } from './tags.ts';

/** Characters without one finished element: no honest file has a name of four megabytes. */
const longestPiece = 4 * 1024 * 1024;
const deepest = 8;
const numeral = /^[-+]?\d+(\.\d*)?([eE][-+]?\d+)?$/;

interface Element {
	type: 'node' | 'way' | 'relation';
	id: number;
	lng: number;
	lat: number;
	tags: Tags | null;
	references: number[];
	members: OsmMember[];
	row: number;
	/** Marked as deleted by an editor that keeps what it deletes in the file. */
	isDeleted: boolean;
}

/** Fills `data` from pieces of UTF-8. Row numbers are lines of the file. Throws `RefusedFile`. */
export async function readOsmXml(
	pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
	data: OsmData
): Promise<void> {
	const parser = new SaxesParser({ xmlns: false, position: true });
	let element: Element | null = null;
	let depth = 0;
	let sinceElement = 0;

	parser.on('error', (error) => {
		throw refuseFile('network', 'xml_broken', { line: parser.line }, parser.line, reasonOf(error));
	});
	// Entities a document declares for itself are never expanded: a street file has no need of any.
	parser.on('doctype', () => {
		throw refuseFile('network', 'xml_doctype', {}, parser.line);
	});
	parser.on('opentag', (tag) => {
		const { name } = tag;
		// Plain text: namespaces are not asked for.
		const attributes = tag.attributes as Partial<Record<string, string>>;
		sinceElement = 0;
		depth += 1;
		if (depth === 1 && name !== 'osm') {
			throw refuseFile('network', name === 'osmChange' ? 'xml_is_change' : 'xml_not_osm', {
				root: name.slice(0, 40)
			});
		}
		if (depth > deepest) throw refuseFile('network', 'xml_too_deep', { line: parser.line }, parser.line);
		if (depth === 2 && (name === 'node' || name === 'way' || name === 'relation')) {
			element = {
				type: name,
				id: numberOf(attributes.id),
				lng: numberOf(attributes.lon),
				lat: numberOf(attributes.lat),
				tags: null,
				references: [],
				members: [],
				row: parser.line,
				isDeleted: attributes.visible === 'false' || attributes.action === 'delete'
			};
		} else if (depth === 3 && element) {
			if (name === 'tag') {
				const { k, v } = attributes;
				if (k !== undefined && v !== undefined) (element.tags ??= Object.create(null) as Tags)[k] = v;
			} else if (name === 'nd') element.references.push(numberOf(attributes.ref));
			else if (name === 'member') {
				const { type, ref, role = '' } = attributes;
				if (type === 'node' || type === 'way' || type === 'relation') {
					element.members.push({ type, ref: numberOf(ref), role });
				}
			}
		}
	});
	parser.on('closetag', () => {
		sinceElement = 0;
		depth -= 1;
		if (depth !== 1 || !element) return;
		const { type, id, lng, lat, tags, references, members, row, isDeleted } = element;
		element = null;
		if (isDeleted) return;
		if (type === 'node') data.addNode(id, lng, lat, tags, row);
		else if (type === 'way') data.addWay(id, references, tags, row);
		else data.addRelation(id, members, tags, row);
	});

	const decoder = new TextDecoder('utf-8', { fatal: true });
	const feed = (piece: Uint8Array | null) => {
		let text: string;
		try {
			text = piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
		} catch {
			throw refuseFile('city', 'not_utf8');
		}
		sinceElement += text.length;
		parser.write(text);
		if (sinceElement > longestPiece)
			throw refuseFile('network', 'xml_piece_too_long', { line: parser.line }, parser.line);
	};
	try {
		for await (const piece of pieces) feed(piece);
		feed(null);
		parser.close();
	} catch (error) {
		if (error instanceof RefusedFile) throw error;
		// An unclosed document is told while closing, outside the handler above in some versions of the parser.
		if (error instanceof Error && /^\d+:\d+: /.test(error.message)) {
			throw refuseFile('network', 'xml_broken', { line: parser.line }, parser.line, reasonOf(error));
		}
		throw error;
	}
}

/** NaN for anything that is not plainly a number: an empty attribute is not zero. */
function numberOf(attribute: string | undefined): number {
	return attribute !== undefined && numeral.test(attribute) ? Number(attribute) : NaN;
}

function reasonOf(error: Error): string {
	return error.message.replace(/^.*?\d+:\d+: /, '').slice(0, 120);
}
