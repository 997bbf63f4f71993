/** Room for photos whose report has not come yet. Beyond it, strangers' photos would fill the disk. */
export interface Room {
	photos: number;
	bytes: number;
	/** Milliseconds after which a photo nobody named no longer counts; its report may still come. */
	forgetAfter: number;
}

/** Counts photos that no report names: one ledger per web process, bounded itself. */
export class UnnamedPhotos {
	readonly #room: Room;
	readonly #waiting = new Map<string, { bytes: number; since: number }>(); // in order of arrival
	readonly #named = new Set<string>(); // by reports that came before their photos
	#bytes = 0;

	constructor(room: Room) {
		this.#room = room;
	}

	/** Whether another `bytes` fit now. A photo that a report asked for always does. */
	hasRoom(sha256: string | null, bytes: number, now: number): boolean {
		for (const [oldest, entry] of this.#waiting) {
			if (now - entry.since < this.#room.forgetAfter) break;
			this.#drop(oldest);
		}
		if (sha256 !== null && (this.#named.has(sha256) || this.#waiting.has(sha256))) return true;
		return this.#waiting.size < this.#room.photos && this.#bytes + bytes <= this.#room.bytes;
	}

	arrived(sha256: string, bytes: number, now: number): void {
		if (this.#named.has(sha256) || this.#waiting.has(sha256)) return;
		this.#waiting.set(sha256, { bytes, since: now });
		this.#bytes += bytes;
	}

	named(sha256: string): void {
		this.#drop(sha256);
		this.#named.add(sha256);
		if (this.#named.size > 50_000) this.#named.delete(this.#named.values().next().value as string);
	}

	#drop(sha256: string): void {
		this.#bytes -= this.#waiting.get(sha256)?.bytes ?? 0;
		this.#waiting.delete(sha256);
	}
}
