declare module 'exifr/dist/lite.esm.mjs' {
	export { default } from 'exifr';
}
declare module 'heic-decode' {
	interface Decoded {
		width: number;
		height: number;
		data: Uint8ClampedArray<ArrayBuffer>;
	}
	interface Picture {
		width: number;
		height: number;
		decode(): Promise<Decoded>;
	}
	const decode: {
		(options: { buffer: Uint8Array }): Promise<Decoded>;
		all(options: { buffer: Uint8Array }): Promise<Picture[] & { dispose(): void }>;
	};
	export default decode;
}
