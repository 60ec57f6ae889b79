import { Command } from 'commander'

export const listCommand = () => new Command('list')
  .description('list the clusters of this user')
  .action(async () => {
    const { askStatus } = await import('../control.ts')
    const { listStates } = await import('../state.ts')
    const { commandName } = await import('../version.ts')
    const states = await listStates()
    if (states.length === 0) return console.log(`No clusters. \`${commandName} start\` makes one.`)
    const found = await Promise.all(states.map(async state => ({ state, status: await askStatus(state) })))
    const rows = [['NAME', 'STATUS', 'NODES', 'SERVER', 'SPEED'], ...found.map(({ state, status }) =>
      [state.name, status ? 'Running' : 'Gone', status ? String(status.nodes.length) : '-', state.url, state.speed])]
    const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
    for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] + 3)).join('').trimEnd())
  })
