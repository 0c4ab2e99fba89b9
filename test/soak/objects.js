/**
 * How many objects are there in the heap snapshot on stdin? In a process of its own, for such a text and what it parses to are
 * larger than all that the host has itself, and would be counted as its memory ever after.
 */
import { text } from 'node:stream/consumers'

/** What code keeps for itself, compiled and counted, is left out: it settles late, and is bounded. */
const COUNTED = ['object', 'closure', 'array', 'native', 'regexp']

const { snapshot, nodes } = JSON.parse(await text(process.stdin))
const { node_fields: fields, node_types: types } = snapshot.meta
const counted = new Set(COUNTED.map(type => types[0].indexOf(type)))
let count = 0
for (let at = fields.indexOf('type'); at < nodes.length; at += fields.length) if (counted.has(nodes[at])) count++
console.log(count)
