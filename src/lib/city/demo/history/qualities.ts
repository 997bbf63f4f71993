// How well the demo town's units work. Two of them cheat, each in its own way, for the numbers to show.

export interface Quality {
	/** Working hours until handling begins, and from there until it is done: the middle of what happens. */
	toBegin: number;
	toFinish: number;
	/** Share of cases that fail verification. */
	returned: number;
	/** Share of cases left lying for days. */
	forgotten: number;
	/** Share of closures with an after-photo. */
	proof: number;
	/** Share of closures that a citizen says are none, and share confirmed by one. */
	disputed: number;
	confirmed: number;
	/** Minutes within which a cheat reports a case as done; null: honest work takes its time. */
	tooFast: number | null;
}

const honest: Quality = {
	toBegin: 1.3,
	toFinish: 1.5,
	returned: 0.05,
	forgotten: 0.08,
	proof: 0.95,
	disputed: 0.01,
	confirmed: 0.3,
	tooFast: null
};

/** By unit; a unit not named works as an honest one does. */
const byUnit: Record<string, Quality> = {
	城管一中队: {
		...honest,
		toBegin: 0.8,
		toFinish: 1.1,
		returned: 0.02,
		forgotten: 0.03,
		proof: 0.99,
		confirmed: 0.4
	},
	城管二中队: honest,
	城管三中队: { ...honest, toBegin: 2.9, toFinish: 2.6, returned: 0.09, forgotten: 0.34, proof: 0.92 },
	// Closes on paper: hardly any proof, and what citizens say of it.
	城管四中队: {
		...honest,
		toBegin: 1.1,
		toFinish: 1,
		returned: 0.03,
		forgotten: 0.14,
		proof: 0.22,
		disputed: 0.09,
		confirmed: 0.05
	},
	// Done within minutes, on the map at least.
	城管五中队: {
		...honest,
		toBegin: 0.3,
		toFinish: 0.1,
		returned: 0.05,
		forgotten: 0.07,
		proof: 0.9,
		disputed: 0.2,
		confirmed: 0.06,
		tooFast: 8
	},
	城管六中队: { ...honest, toBegin: 2, toFinish: 2, returned: 0.16, forgotten: 0.22 },
	城郊综合执法队: { ...honest, toBegin: 5, toFinish: 3.6, returned: 0.07, forgotten: 0.42, proof: 0.85 },
	交通运输执法中队: { ...honest, toBegin: 1.8, toFinish: 1.2, returned: 0.06, forgotten: 0.24, proof: 0.8 },
	景区管理所: { ...honest, toBegin: 1.2, toFinish: 1.4, returned: 0.03 }
};

export function qualityOf(unit: string): Quality {
	return byUnit[unit] ?? honest;
}
