// Runs before `npm start` and `npm test`, under whatever Node is there (18 or newer): installs the project's packages
// when they are missing or differ from package-lock.json. What is installed is read from the list npm itself keeps.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const needed = [22, 18];

/** @param {string} path */
function packagesIn(path) {
	return JSON.parse(readFileSync(path, 'utf8')).packages;
}

/** @returns {string | null} why an installation is needed, or null */
export function reasonToInstall(folder = root) {
	const installed = join(folder, 'node_modules', '.package-lock.json');
	if (!existsSync(installed)) return 'the packages are not installed yet / 尚未安装依赖';
	try {
		const wanted = packagesIn(join(folder, 'package-lock.json'));
		const present = packagesIn(installed);
		for (const [path, entry] of Object.entries(wanted)) {
			const found = present[path];
			// Optional packages for other systems are in the lock file but never here.
			const isSame = found
				? found.version === entry.version && found.integrity === entry.integrity
				: entry.optional;
			if (path !== '' && !isSame)
				return `${path.replace(/^node_modules\//, '')} differs from package-lock.json / 依赖与锁定文件不一致`;
		}
	} catch {
		return "npm's list of installed packages cannot be read / 无法读取已安装依赖的列表";
	}
	return null;
}

/** @param {string} version */
function isOldNode(version) {
	const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
	return major < needed[0] || (major === needed[0] && minor < needed[1]);
}

function install() {
	const args = ['ci', '--no-audit', '--no-fund', '--no-progress'];
	const npm = process.env.npm_execpath;
	const result =
		npm && /\.[cm]?js$/.test(npm)
			? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
			: spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
	return result.status === 0;
}

function main() {
	const reason = reasonToInstall();
	if (reason) {
		console.log(`Installing packages with npm ci: ${reason}`);
		const started = Date.now();
		if (!install()) {
			console.error(
				'\nnpm ci failed; the lines above say why. Usual causes: no connection to the package registry, a full disk,\n' +
					'or no permission to write here. Nothing was started. Run the command again when it is mended.\n' +
					'npm ci 失败，原因见上。常见原因：无法连接软件源、磁盘已满或没有写权限。解决后请重新运行。'
			);
			process.exit(1);
		}
		console.log(`Packages installed in ${Math.round((Date.now() - started) / 1000)} s.`);
	}
	// npm puts node_modules/.bin first, so the next command runs under the project's own Node when it is there.
	const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	if (!existsSync(own) && isOldNode(process.version)) {
		console.error(
			`Kerbside needs Node ${needed.join('.')} or newer; this is ${process.version}, and the project's own copy (npm package "node")\n` +
				'was not installed, probably because install scripts are switched off. Allow them (npm config delete ignore-scripts),\n' +
				'remove node_modules and run this again, or install Node 24.\n' +
				`需要 Node ${needed.join('.')} 或更高版本。`
		);
		process.exit(1);
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
