import type { NearbyCase, Place, PlaceAt, Side } from './place.ts';

/** Moving a pin asks nothing until it rests. */
const REST_MS = 450;

/**
 * What the city's server says about a place: its street, whose ground it is on, what is known there already. All of it
 * helps and none of it is needed: without a network the form goes on without.
 */
export class Surroundings {
	at = $state.raw<PlaceAt | null>(null);
	/** Where the place is so near a border that a person should say which side is meant. */
	sides = $state.raw<readonly Side[]>([]);
	cases = $state.raw<readonly NearbyCase[]>([]);
	/** Nobody answered. */
	isCutOff = $state(false);

	#placeTimer: ReturnType<typeof setTimeout> | undefined;
	#casesTimer: ReturnType<typeof setTimeout> | undefined;
	#placeTurn = 0;
	#casesTurn = 0;

	/** `isSideChosen`: the place is the answer to the question of sides, which stays on the screen. */
	lookAt(place: Place | null, isSideChosen = false): void {
		clearTimeout(this.#placeTimer);
		const turn = ++this.#placeTurn;
		if (!place) {
			this.at = null;
			this.sides = [];
			return;
		}
		this.#placeTimer = setTimeout(async () => {
			const { lng, lat, source } = place;
			// A street's middle is near many borders; which side is meant is a question about something measured.
			const accuracy_m = source === 'typed' ? null : place.accuracy_m;
			const found = await this.#ask<PlaceAt>('/snap/place', { lng, lat, accuracy_m });
			if (turn !== this.#placeTurn) return;
			this.at = found;
			if (!isSideChosen) this.sides = found?.sides ?? [];
		}, REST_MS);
	}

	lookFor(category: string | undefined, place: Pick<Place, 'lng' | 'lat'> | null): void {
		clearTimeout(this.#casesTimer);
		const turn = ++this.#casesTurn;
		if (!category || !place) {
			this.cases = [];
			return;
		}
		this.#casesTimer = setTimeout(async () => {
			const { lng, lat } = place;
			const found = await this.#ask<{ cases: NearbyCase[] }>('/snap/nearby', { category, lng, lat });
			if (turn === this.#casesTurn) this.cases = found?.cases ?? [];
		}, REST_MS);
	}

	async #ask<Answer>(path: string, body: object): Promise<Answer | null> {
		try {
			const answer = await fetch(path, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body)
			});
			this.isCutOff = false;
			return answer.ok ? ((await answer.json()) as Answer) : null;
		} catch {
			this.isCutOff = true;
			return null;
		}
	}
}
