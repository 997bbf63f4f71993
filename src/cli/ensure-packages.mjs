// Runs before `npm start` and `npm test`, under whatever Node is there (18 or newer): installs the project's packages
// when they are missing or differ from package-lock.json. What is installed is read from the list npm itself keeps.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
// The first release that runs TypeScript sources without a flag.
const needed = { major: 22, minor: 18 };

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
	return major < needed.major || (major === needed.major && minor < needed.minor);
}

/** @param {string[]} args */
function npm(args) {
	const all = [...args, '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
	const script = process.env.npm_execpath;
	const result =
		script && /\.[cm]?js$/.test(script)
			? spawnSync(process.execPath, [script, ...all], { cwd: root, stdio: ['ignore', 'inherit', 'pipe'] })
			: spawnSync('npm', all, {
					cwd: root,
					stdio: ['ignore', 'inherit', 'pipe'],
					shell: process.platform === 'win32'
				});
	return { isDone: result.status === 0, errors: String(result.error ?? result.stderr) };
}

/**
 * Some packages name helpers for other systems that the registry does not have. npm leaves those out of the lock file
 * without a version, and then `npm ci` refuses the lock file for lacking them. Nothing we use is missing.
 * @param {string} errors
 */
export function isOnlyForeign(errors) {
	const differences = errors.split('\n').filter((line) => /(Missing|Invalid): /.test(line));
	return differences.length > 0 && differences.every((line) => /Missing: \S+@ from lock file/.test(line));
}

function install() {
	const clean = npm(['ci']);
	if (clean.isDone) return true;
	if (isOnlyForeign(clean.errors)) {
		// The same versions from the same lock file, which stays as it is.
		const tolerant = npm(['install', '--no-save']);
		if (tolerant.isDone) return true;
		process.stderr.write(tolerant.errors);
		return false;
	}
	process.stderr.write(clean.errors);
	return false;
}

function main() {
	const reason = reasonToInstall();
	if (reason) {
		console.log(`Installing packages: ${reason}`);
		const started = Date.now();
		if (!install()) {
			console.error(
				'\nInstalling failed; the lines above say why. Usual causes: no connection to the package registry, a full disk,\n' +
					'or no permission to write here. Nothing was started. Run the command again when it is mended.\n' +
					'安装依赖失败，原因见上。常见原因：无法连接软件源、磁盘已满或没有写权限。解决后请重新运行。'
			);
			process.exit(1);
		}
		console.log(`Packages installed in ${Math.round((Date.now() - started) / 1000)} s.`);
	}
	// npm puts node_modules/.bin first, so the next command runs under the project's own Node when it is there.
	const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	if (!existsSync(own) && isOldNode(process.version)) {
		console.error(
			`Kerbside needs Node ${needed.major}.${needed.minor} or newer; this is ${process.version}, and the project's own copy (npm package "node")\n` +
				'was not installed, probably because install scripts are switched off. Allow them (npm config delete ignore-scripts),\n' +
				'remove node_modules and run this again, or install Node 24.\n' +
				`需要 Node ${needed.major}.${needed.minor} 或更高版本。`
		);
		process.exit(1);
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
