import { m } from '#lib/i18n/messages.ts';
import type { Role } from './staff.ts';

export const roleNames: Record<Role, () => string> = {
	volunteer: m.shell_role_volunteer,
	inspector: m.shell_role_inspector,
	team: m.shell_role_team,
	registrar: m.shell_role_registrar,
	dispatcher: m.shell_role_dispatcher,
	closer: m.shell_role_closer,
	unit_handler: m.shell_role_unit_handler,
	office: m.shell_role_office,
	data_officer: m.shell_role_data_officer,
	admin: m.shell_role_admin,
	wall: m.shell_role_wall
};

/** What a demo person is there for, in half a sentence. */
export const roleTasks: Partial<Record<Role, () => string>> = {
	inspector: m.shell_does_inspector,
	team: m.shell_does_team,
	registrar: m.shell_does_registrar,
	dispatcher: m.shell_does_dispatcher,
	closer: m.shell_does_closer,
	unit_handler: m.shell_does_unit_handler,
	office: m.shell_does_office,
	admin: m.shell_does_admin,
	wall: m.shell_does_wall
};
