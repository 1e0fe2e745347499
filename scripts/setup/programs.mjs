import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { SetupProblem, work } from './steps.mjs';

const PROGRAMS = [
  {
    name: 'Orthanc',
    variable: 'ORTHANC_BINARY',
    places: ['/usr/sbin/Orthanc', '/usr/local/sbin/Orthanc', '/usr/local/bin/Orthanc'],
    debian: 'orthanc',
  },
  {
    name: "Orthanc's DICOMweb plugin",
    variable: 'ORTHANC_DICOMWEB_PLUGIN',
    places: [
      '/usr/share/orthanc/plugins/libOrthancDicomWeb.so',
      '/usr/local/share/orthanc/plugins/libOrthancDicomWeb.so',
    ],
    debian: 'orthanc-dicomweb',
  },
  {
    name: 'dciodvfy (dicom3tools)',
    variable: 'DCIODVFY',
    places: ['/usr/bin/dciodvfy', '/usr/local/bin/dciodvfy'],
    debian: 'dicom3tools',
  },
  {
    name: 'pydicom',
    variable: 'PYDICOM_PYTHON',
    places: ['/usr/lib/python3/dist-packages/pydicom/__init__.py'],
    debian: 'python3-pydicom',
  },
];
const BROWSER = {
  name: 'Chromium',
  variable: 'CHROMIUM',
  places: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  debian: 'chromium',
};

/** Installs the servers and tools that npm does not have, from Debian's packages where that is allowed. */
export async function systemPrograms({ browser }) {
  const wanted = browser ? [...PROGRAMS, BROWSER] : PROGRAMS;
  const missing = () => wanted.filter((program) => !isThere(program));
  if (missing().length === 0) return;
  const packages = missing().map(({ debian }) => debian);
  const shell = rootShell();
  if (shell && missing().every(({ variable }) => !process.env[variable])) {
    const [command, ...before] = shell;
    await work(`Installing ${packages.join(', ')} with apt`, command, [...before, APT, 'apt', ...packages]);
  }
  if (missing().length > 0) throw new SetupProblem(advice(missing()));
}

/**
 * Installs the packages in "$@". The packaged Orthanc would start at once and listen on ports 8042 and 4242; the demo
 * and the tests run one of their own, so it is kept from starting, now and at boot.
 */
const APT = `set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > $policy
  chmod 755 $policy
fi
apt-get -q -o DPkg::Lock::Timeout=300 update
apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
case " $* " in *' orthanc '*) systemctl disable orthanc 2>/dev/null || true ;; esac`;

const isThere = ({ variable, places }) =>
  process.env[variable] ? existsSync(process.env[variable]) : places.some((place) => existsSync(place));

/** The beginning of a command that runs a shell script as root without asking, or undefined. */
function rootShell() {
  if (!existsSync('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() === 0) return ['sh', '-c'];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n', 'sh', '-c'] : undefined;
}

function advice(missing) {
  const lines = missing.map(({ name, variable, debian }) => {
    const set = process.env[variable];
    if (set) return `${name}: ${variable} names ${set}, which does not exist`;
    return `${name}: install it (Debian package ${debian}), or let ${variable} name the file`;
  });
  const packages = missing.filter(({ variable }) => !process.env[variable]).map(({ debian }) => debian);
  if (packages.length > 0)
    lines.push(`On Debian or Ubuntu: sudo apt-get install --no-install-recommends ${packages.join(' ')}`);
  return lines.join('\n  ');
}
