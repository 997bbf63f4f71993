import type { Role } from '#lib/staff/staff.ts';

/** Who may cover, clear and withhold photos. The database asks again. */
export const photoJudges: readonly Role[] = ['registrar', 'dispatcher', 'closer', 'data_officer'];

export const isSha256 = (text: string | null): text is string => text !== null && /^[0-9a-f]{64}$/.test(text);

/** Where the picture itself is, for staff. */
export const pictureOf = (sha256: string) => `/photos/${sha256}`;
