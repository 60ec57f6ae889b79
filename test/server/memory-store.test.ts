import { createMemoryStore } from '../../server/store/memory-store.ts'
import { storeContract } from '../contracts/store.ts'

storeContract('the store in memory', options => createMemoryStore(options))
