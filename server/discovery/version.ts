/** `GET /version`: the Kubernetes version whose behaviour is followed. What a real one was built from is said of this process. */
export const kubernetesVersion = 'v1.36.2'

const platforms: Record<string, string> = { x64: 'amd64', ia32: '386', win32: 'windows' }

export const versionInfo = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: kubernetesVersion,
  gitCommit: 'simulated',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: `node ${process.version}`,
  compiler: 'v8',
  platform: `${platforms[process.platform] ?? process.platform}/${platforms[process.arch] ?? process.arch}`,
}
