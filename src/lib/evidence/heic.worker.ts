import { parentPort } from 'node:worker_threads';
import convert from 'heic-convert';

// Decoding HEVC in WebAssembly takes seconds of pure computing: it has this thread to itself and is ended when it takes too long.
parentPort?.once('message', async (bytes: Uint8Array) => {
	const jpeg = await convert({ buffer: bytes, format: 'JPEG', quality: 0.92 });
	const copy = new Uint8Array(jpeg);
	parentPort?.postMessage(copy, [copy.buffer]);
});
