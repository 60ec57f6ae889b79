export const goProgram: string
export const python: string
