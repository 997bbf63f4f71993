// Ten thousand inputs to each endpoint of the intake: no answer is an error of ours, none takes more than a second.

import { endpoints } from '#test/fuzz/endpoints.ts';
import { fuzz, LIMIT_MS } from '#test/fuzz/fuzz.ts';
import { openWorld } from '#test/fuzz/world.ts';
import { conclude, readProof } from '#test/support/proof.ts';

const proof = readProof();
const runs = proof.size(25, 10_000);
const world = await openWorld();
try {
	for (const endpoint of endpoints(world.known)) {
		const { tried, statuses, worstMs, fault } = await fuzz(endpoint, runs, proof.seed);
		const facts = {
			tried,
			statuses: JSON.stringify(statuses),
			worst_ms: Math.round(worstMs),
			fault: fault ?? 'none'
		};
		conclude(
			endpoint.name,
			facts,
			fault === null && tried === runs && (proof.isSample || worstMs <= LIMIT_MS)
		);
	}
} finally {
	await world.close();
}
