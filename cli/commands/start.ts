import { Command, InvalidArgumentError, Option } from 'commander'
import { nameOption } from '../name-option.ts'

interface Options {
  name: string
  nodes: number
  port: number
  nodeAddress: string
  speed: number | 'instant'
  seed?: number
  foreground?: boolean
  kubeconfig?: string
  tokenFile?: string
  anonymousAuth: boolean
  simulationWarnings: boolean
  metrics: boolean
  controllers: 'all' | 'none' | string[]
  scheduler: boolean
  auditLog?: string
  v: number
}

const wholeNumber = (least: number, most: number) => (text: string): number => {
  const value = Number(text)
  if (!/^-?\d+$/.test(text) || value < least || value > most) throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  return value
}

function speed(text: string): number | 'instant' {
  if (text === 'instant') return text
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number above 0, or instant.')
  return value
}

function yesOrNo(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It must be true or false.')
  return text === 'true'
}

function simulatedOrNone(text: string): boolean {
  if (text !== 'simulated' && text !== 'none') throw new InvalidArgumentError('It must be simulated or none.')
  return text === 'simulated'
}

function allNoneOrNames(text: string): 'all' | 'none' | string[] {
  if (text === 'all' || text === 'none') return text
  const names = text.split(',').map(name => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('It must be all, none, or names of controllers with commas between them.')
  return names
}

export const startCommand = () => new Command('start')
  .description('start a cluster and make it the current context of kubectl')
  .addOption(nameOption())
  .option('--nodes <count>', 'how many nodes; with 0 there is a control plane only and pods stay Pending', wholeNumber(0, 1000), 3)
  .option('--port <port>', 'of the API server; 0 takes a free one', wholeNumber(0, 65535), 6443)
  .option('--node-address <ip>', 'on which node ports listen', '127.0.0.1')
  .option('--speed <factor>', 'how fast pods and controllers live: 1 as in a real cluster, 10 ten times as fast, or instant', speed, 1)
  .option('--seed <number>', 'the same seed gives the same names and delays again', wholeNumber(0, Number.MAX_SAFE_INTEGER))
  .option('--foreground', 'stay; Ctrl+C stops the cluster')
  .option('--kubeconfig <file>', 'where the context is written; else the file that kubectl uses')
  .option('--token-file <file>', 'bearer tokens to accept: lines of token,user,uid,"group1,group2"')
  .option('--anonymous-auth', 'let requests without any credential in as system:anonymous, as kube-apiserver does; else they get 401', false)
  .addOption(new Option('--simulation-warnings <true|false>', 'warn when an object asks for what is not simulated')
    .argParser(yesOrNo).default(true))
  .addOption(new Option('--metrics <simulated|none>', 'whether pods and nodes have metrics, for kubectl top and autoscalers')
    .argParser(simulatedOrNone).default(true, 'simulated'))
  .addOption(new Option('--controllers <all|none|names>', 'which controllers run, by their names in kube-controller-manager')
    .argParser(allNoneOrNames).default('all'))
  .addOption(new Option('--scheduler <simulated|none>', 'whether pods are given to nodes, or wait for a scheduler of yours')
    .argParser(simulatedOrNone).default(true, 'simulated'))
  .option('--audit-log <file>', 'add what every request was about to this file, as audit events in JSON')
  .option('-v <level>', 'how much is logged; from 2 on a line for each request', wholeNumber(0, 10), 0)
  .action(async ({ v: verbosity, ...options }: Options) => {
    const { start } = await import('../start.ts')
    await start({ ...options, verbosity })
  })
