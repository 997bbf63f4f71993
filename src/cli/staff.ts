// `npm run staff -- add …` and `list`: accounts for people, with a password printed once. Many at once come as a file:
// `npm run office -- import FILE --kind staff`.
import { parseArgs } from 'node:util';
import { dayIn } from '#lib/city/office/cells.ts';
import { listStaff } from '#lib/city/office/staff.server.ts';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { dropFactors, setPassword } from '#lib/database/second-factors.server.ts';
import { emailOf, isLogin } from '#lib/staff/login.ts';
import { makePassword } from '#lib/staff/password.ts';
import { roles } from '#lib/staff/staff.ts';
import { withHome } from './importing.ts';
import { giveUp } from './opening.ts';

const usage = `用法 / Usage:
npm run staff -- add --login NAME --name 姓名 --role ROLE [--role ROLE …] [--unit 责任单位] [--area ID]
npm run staff -- reset --login NAME [--factor]
npm run staff -- list

  --role  ${roles.join(', ')}
  --unit  team 和 unit_handler 必填，没有就新建 / needed for team and unit_handler; made when it does not exist
  reset   一次性密码，下次登录必须修改；--factor 同时取消两步验证 / a one-time password; with --factor the second step goes, too
  服务运行时也可使用。批量添加：/ Works while the server runs. Many at once: npm run office -- import FILE --kind staff`;

const { values, positionals } = readCommand();
const [command] = positionals;
if (positionals.length !== 1) giveUp(usage);
if (command === 'add') await add(readPerson());
else if (command === 'reset') await reset();
else if (command === 'list') await list();
else giveUp(usage);

function readCommand() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				login: { type: 'string' },
				name: { type: 'string' },
				role: { type: 'string', multiple: true },
				unit: { type: 'string' },
				area: { type: 'string' },
				factor: { type: 'boolean' }
			}
		});
	} catch (problem) {
		return giveUp(`${(problem as Error).message}\n\n${usage}`);
	}
}

function readPerson() {
	const { login, name, role, unit, area } = values;
	if (!login || !name || !role) return giveUp(usage);
	if (!isLogin(login))
		giveUp(
			`--login ${login}: 2 到 40 个字母、数字、点、横线或下划线，或电子邮件地址。/ 2 to 40 letters, digits, dots, dashes or underscores, or an e-mail address.`
		);
	const unknown = role.filter((one) => !roles.some((known) => known === one));
	if (unknown.length > 0) giveUp(`没有这个角色 / Unknown role: ${unknown.join(', ')}.\n\n${usage}`);
	if (!unit && role.some((one) => one === 'team' || one === 'unit_handler'))
		giveUp('team 和 unit_handler 需要 --unit。/ team and unit_handler need --unit.');
	if (area !== undefined && !/^[1-9]\d{0,15}$/.test(area))
		giveUp(`--area ${area}: 应为责任区的编号。/ expected the number of an area.`);
	return { login: login.trim().toLowerCase(), name, role, unit, area };
}

async function add(person: ReturnType<typeof readPerson>): Promise<void> {
	await withHome(async (home) => {
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
	});
}

/** For the administrator nobody else can help: whoever may run commands on this machine holds every key anyway. */
async function reset(): Promise<void> {
	const login = values.login?.trim().toLowerCase() ?? giveUp(usage);
	await withHome(async (home) => {
		const client = serviceClient(home);
		const person = (await listStaff(client)).staff.find((one) => one.login === login);
		if (!person) return giveUp(`没有这个登录名 / Nobody signs in as: ${login}`);
		const password = makePassword();
		for (const what of ['lift_lock', 'reset_password', ...(values.factor ? ['drop_factor'] : [])])
			await call(client, 'tend_account', { staff: person.id, what });
		if (values.factor) await dropFactors(person.id, home);
		await setPassword(person.id, password, home);
		console.log(`${person.name}：所有登录已结束 / every session has ended: ${login}`);
		console.log(`一次性密码（只显示一次）/ one-time password (shown once): ${password}`);
	});
}

async function list(): Promise<void> {
	await withHome(async (home) => {
		const client = serviceClient(home);
		const { time_zone: timeZone } = await call<{ time_zone: string }>(client, 'city');
		const { staff } = await listStaff(client);
		// A role holds until the moment it ends; people know the last day.
		const lastDay = (end: string) => dayIn(new Date(Date.parse(end) - 1).toISOString(), timeZone);
		for (const { name, login, is_active, roles: held } of staff) {
			const worded = held.map(({ role, unit, area_id, valid_to }) =>
				[
					role,
					unit,
					area_id === null ? null : `#${area_id}`,
					valid_to === null ? null : `→ ${lastDay(valid_to)}`
				]
					.filter(Boolean)
					.join(' ')
			);
			console.log([name, login ?? '—', is_active ? worded.join('、') : '停用 / inactive'].join('\t'));
		}
		console.log(`共 ${staff.length} 人 / ${staff.length} people`);
	});
}
