/** Why a container's configuration can't be made: the message of CreateContainerConfigError. */
export class ConfigError extends Error {}
