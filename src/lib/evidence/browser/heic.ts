import libheifAddress from 'libheif-js/libheif/libheif.js?url';
import type { Picture } from './decoder.ts';
import { makeCanvas } from './canvas.ts';
import type { Size } from './picture.ts';

// libheif is LGPL: it is served as the unmodified file its authors publish, apart from our own scripts, and may be
// exchanged for another build. The one in plain script, because WebAssembly would have to be allowed on every page.

interface HeifImage {
	get_width(): number;
	get_height(): number;
	is_primary(): boolean;
	free(): void;
	display(target: { data: Uint8ClampedArray } & Size, done: (filled: object | null) => void): void;
}

interface Libheif {
	HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
	ready?: Promise<unknown>;
}

/** Decodes in the calling thread, for seconds. Throws on what is no HEIC, or is larger than `isBearable` says. */
export async function decodeHeic(photo: Blob, isBearable: (size: Size) => boolean): Promise<Picture> {
	const libheif = await loadLibheif();
	const images = new libheif.HeifDecoder().decode(new Uint8Array(await photo.arrayBuffer()));
	try {
		const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
		if (!image) throw new Error('No picture in this HEIC');
		const size = { width: image.get_width(), height: image.get_height() };
		if (!isBearable(size)) throw new Error('HEIC of unbearable size');
		const pixels = new ImageData(size.width, size.height);
		await new Promise<void>((done, failed) =>
			image.display({ data: pixels.data, ...size }, (filled) =>
				filled ? done() : failed(new Error('HEIC not decodable'))
			)
		);
		const canvas = makeCanvas(size);
		const pen = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D | null;
		if (!pen) throw new Error('No canvas to draw on');
		pen.putImageData(pixels, 0, 0);
		return { source: canvas, ...size, close: () => void (canvas.width = canvas.height = 0) };
	} finally {
		for (const image of images) image.free();
	}
}

let loading: Promise<Libheif> | undefined;

/** The file offers itself to a module loader of the older kind (AMD): we stand in for one while it is being loaded. */
function loadLibheif(): Promise<Libheif> {
	return (loading ??= (async () => {
		const place = globalThis as { define?: unknown };
		const before = place.define;
		let make: (() => () => Libheif) | undefined;
		place.define = Object.assign((_needs: string[], factory: () => () => Libheif) => (make = factory), {
			amd: {}
		});
		try {
			await import(/* @vite-ignore */ libheifAddress);
		} finally {
			place.define = before;
		}
		if (!make) throw new Error('libheif did not offer itself');
		const libheif = make()();
		await libheif.ready;
		return libheif;
	})());
}
