declare module 'exifr/dist/lite.esm.mjs' {
	export { default } from 'exifr';
}
declare module 'heic-convert' {
	export default function convert(options: {
		buffer: Uint8Array;
		format: 'JPEG' | 'PNG';
		quality?: number;
	}): Promise<ArrayBuffer>;
}
