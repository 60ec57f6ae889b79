// Who is asking, who may, admission and the record of it: each file of access/ is one part of it. For `certificates` and `nodes` the
// real one must have NodeRestriction on, as kubeadm has it (--enable-admission-plugins=NodeRestriction).
import { audit } from './access/audit.mjs'
import { certificates } from './access/certificates.mjs'
import { forbidden } from './access/forbidden.mjs'
import { grants } from './access/grants.mjs'
import { impersonation } from './access/impersonation.mjs'
import { limits } from './access/limits.mjs'
import { nodes } from './access/nodes.mjs'
import { plugins } from './access/plugins.mjs'
import { podSecurity } from './access/pod-security.mjs'
import { quota } from './access/quota.mjs'
import { reviews } from './access/reviews.mjs'
import { roles } from './access/roles.mjs'
import { tokens } from './access/tokens.mjs'

const parts = { forbidden, impersonation, roles, reviews, grants, tokens, plugins, limits, quota, podSecurity, certificates, nodes, audit }

/** All parts, or those that ACCESS names, separated by commas. */
export async function compare(pair, report) {
  const chosen = process.env.ACCESS?.split(',') ?? Object.keys(parts)
  for (const name of chosen) await parts[name](pair, report)
}
