import type { PhotoClaims } from './entry.ts';

/** A draft as it lies in the database: its photos are rows of their own, named here. */
export interface SavedDraftRow {
	v: 2;
	photos: { sha256: string; role: 'near' | 'wide'; claims: PhotoClaims; hasArrived?: boolean }[];
	[field: string]: unknown;
}
