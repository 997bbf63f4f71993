// `npm run staff -- add …`: an account for a person, with a password printed once.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { emailOf, isLogin } from '#lib/staff/login.ts';
import { roles } from '#lib/staff/staff.ts';
import { openHomeFor } from './home.ts';
import { giveUp, openSettings } from './opening.ts';

const usage = `npm run staff -- add --login NAME --name 姓名 --role ROLE [--role ROLE …] [--unit 责任单位] [--area ID]

  ROLE is one of: ${roles.join(', ')}
  team and unit_handler need --unit; the unit is made when it does not exist.
  The server must be stopped: two processes cannot share one data directory.`;

/** Letters and digits nobody mixes up when reading them out: 20 of them are 99 bits. */
function makePassword(): string {
	const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
	const groups = Array.from({ length: 4 }, () =>
		Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')
	);
	return groups.join('-');
}

function readArguments() {
	try {
		const { values, positionals } = parseArgs({
			allowPositionals: true,
			options: {
				login: { type: 'string' },
				name: { type: 'string' },
				role: { type: 'string', multiple: true },
				unit: { type: 'string' },
				area: { type: 'string' }
			}
		});
		const { login, name, role, unit, area } = values;
		if (positionals.join() !== 'add' || !login || !name || !role) return giveUp(usage);
		if (!isLogin(login))
			giveUp(`--login ${login}: 2 to 40 letters, digits, dots, dashes or underscores, or an e-mail address.`);
		const unknown = role.filter((one) => !roles.some((known) => known === one));
		if (unknown.length > 0) giveUp(`Unknown role: ${unknown.join(', ')}.\n\n${usage}`);
		if (!unit && role.some((one) => one === 'team' || one === 'unit_handler'))
			giveUp('team and unit_handler need --unit.');
		if (area !== undefined && !/^[1-9]\d{0,15}$/.test(area))
			giveUp(`--area ${area}: expected the number of an area.`);
		return { login: login.trim().toLowerCase(), name, role, unit, area };
	} catch (problem) {
		return giveUp(`${(problem as Error).message}\n\n${usage}`);
	}
}

const person = readArguments();
const settings = openSettings();
const quiet = { info: () => {}, warn: () => {}, error: (event: string) => console.error(event) };
const home = await openHomeFor(settings, quiet).catch((problem: Error) => giveUp(problem.message));

try {
	const password = makePassword();
	const { id } = await home.createUser({ login: emailOf(person.login), password });
	const held = person.role.map((role) => ({
		role,
		...(person.unit ? { unit: person.unit } : {}),
		...(person.area ? { area_id: Number(person.area) } : {})
	}));
	await call(serviceClient(home), 'upsert_staff', {
		staff: { id, name: person.name, login: person.login, roles: held }
	});
	console.log(`${person.name} 已可登录 / may sign in as: ${person.login}`);
	console.log(`密码（只显示一次）/ password (shown once): ${password}`);
} catch (problem) {
	console.error(
		problem instanceof ApiProblem
			? `${problem.code} ${JSON.stringify(problem.detail)}`
			: (problem as Error).message
	);
	process.exitCode = 1;
} finally {
	await home.close();
}
