import type { OpenSession } from '#lib/staff/account.server.ts';

/** A role that somebody holds, held or will hold. */
export interface PersonRole {
	id: number;
	role: string;
	role_name: string;
	role_name_en: string;
	unit: string | null;
	unit_en: string | null;
	area: string | null;
	area_en: string | null;
	valid_from: string;
	valid_to: string | null;
}

/** What hangs on somebody: cases in their hands, shifts to come, roles that nobody else holds. */
export interface Holds {
	cases: number;
	shifts: number;
	list: {
		id: string;
		number: string;
		status_name: string;
		status_name_en: string;
		unit: string | null;
		unit_en: string | null;
		due_at: string | null;
	}[];
	alone: {
		role: string;
		role_name: string;
		role_name_en: string;
		unit: string | null;
		unit_en: string | null;
		area: string | null;
		area_en: string | null;
		open_cases: number;
	}[];
}

/** An account as its administrator sees it. */
export interface TendedAccount {
	id: string;
	name: string;
	login: string | null;
	is_active: boolean;
	has_factor: boolean;
	is_demanded: boolean;
	grace_ends_at: string;
	password_due: boolean;
	password_changed_at: string | null;
	locked_until: string | null;
	devices: number;
	sessions: OpenSession[];
}
