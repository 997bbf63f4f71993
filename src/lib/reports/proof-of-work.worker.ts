import { solve, type Challenge } from './proof-of-work.ts';

/** What goes over: a challenge in, shares of the work and at last the proof, or why there is none, out. */
export type WorkerAnswer = { share: number } | { proof: string } | { failed: string };

const answer = (message: WorkerAnswer) => postMessage(message);

addEventListener('message', (event: MessageEvent<Challenge>) => {
	solve(event.data, { onProgress: (share) => answer({ share }) }).then(
		(proof) => answer({ proof }),
		(error: unknown) => answer({ failed: String(error) })
	);
});
