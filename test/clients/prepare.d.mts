export interface ClientProgram { name: string; language: string; command: string[] }
export const programs: ClientProgram[]
export function missing(program: ClientProgram): string | undefined
