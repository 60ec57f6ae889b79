import { Option } from 'commander'

/** Which cluster a command is about: `-p` as in minikube. */
export const nameOption = (): Option => new Option('-p, --name <name>', 'the cluster').default('mimikube')
