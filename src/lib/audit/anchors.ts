// What a witness outside the database writes down: a line for every stretch of the log, sealed with the installation's secret.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Bytes of each link's hash that a line keeps: enough that no rewritten link shares them by chance. */
export const markBytes = 8;

export interface Anchor {
	/** When it was written, ISO 8601. */
	at: string;
	/** Which log: a database that was made anew has another. */
	epoch: string;
	/** The stretch: the first and the last position. */
	from: number;
	to: number;
	/** Hash of the link at `to`, hex. */
	hash: string;
	/** The first bytes of every link's hash in the stretch, base64. */
	marks: string;
	/** HMAC-SHA-256 over the line before and this one without it, hex. */
	seal: string;
}

export function anchorKey(secret: Buffer): Buffer {
	return Buffer.from(hkdfSync('sha256', secret, '', 'kerbside log anchors 1', 32));
}

export function sealOf(key: Buffer, previousSeal: string, anchor: Omit<Anchor, 'seal'>): string {
	const { at, epoch, from, to, hash, marks } = anchor;
	return createHmac('sha256', key)
		.update(JSON.stringify([previousSeal, at, epoch, from, to, hash, marks]))
		.digest('hex');
}

export type AnchorFileFault = { line: number; kind: 'unreadable' | 'seal_broken' | 'not_continuous' };

export interface AnchorFile {
	anchors: Anchor[];
	/** The first line that is not as it was written. What stands before it still counts. */
	fault: AnchorFileFault | null;
}

/**
 * Reads the lines of an anchor file, or its last ones when `before` is the seal of the line before them. A last line that was
 * cut short while it was written (no line feed) is left out; any other line that does not fit ends the reading with its number.
 */
export function readAnchors(text: string, key: Buffer, before = ''): AnchorFile {
	const anchors: Anchor[] = [];
	const lines = text.split('\n');
	lines.pop();
	for (const [index, line] of lines.entries()) {
		const fault = (kind: AnchorFileFault['kind']): AnchorFile => ({
			anchors,
			fault: { line: index + 1, kind }
		});
		const anchor = parse(line);
		if (!anchor) return fault('unreadable');
		const last = anchors.at(-1);
		const expected = Buffer.from(sealOf(key, last?.seal ?? before, anchor), 'hex');
		const given = Buffer.from(anchor.seal, 'hex');
		if (given.length !== expected.length || !timingSafeEqual(given, expected)) return fault('seal_broken');
		if (last && last.epoch === anchor.epoch && anchor.from !== last.to + 1) return fault('not_continuous');
		anchors.push(anchor);
	}
	return { anchors, fault: null };
}

function parse(line: string): Anchor | null {
	try {
		const value = JSON.parse(line) as Partial<Anchor> | null;
		if (!value) return null;
		const { at, epoch, from, to, hash, marks, seal } = value;
		const areTexts = [at, epoch, hash, marks, seal].every((text) => typeof text === 'string');
		if (!areTexts || !Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return null;
		const isWhole = Buffer.from(marks!, 'base64').length === (to! - from! + 1) * markBytes;
		return isWhole ? (value as Anchor) : null;
	} catch {
		return null;
	}
}

/** What was witnessed of one log, position by position. */
export class Witness {
	readonly #marks: Buffer;
	readonly #from: number;
	/** The last position that was witnessed; 0 when nothing was. */
	readonly upTo: number;

	constructor(anchors: readonly Anchor[]) {
		const [first] = anchors;
		this.#from = first?.from ?? 1;
		this.upTo = anchors.at(-1)?.to ?? 0;
		this.#marks = Buffer.concat(anchors.map(({ marks }) => Buffer.from(marks, 'base64')));
	}

	/** False when a link's hash is not the one that was witnessed at its position; true also where nothing was. */
	agrees(position: number, hash: Buffer): boolean {
		const at = (position - this.#from) * markBytes;
		if (at < 0 || at >= this.#marks.length) return true;
		return this.#marks.compare(hash, 0, markBytes, at, at + markBytes) === 0;
	}
}
