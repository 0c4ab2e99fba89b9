/** Colours are the caller's: where there are none, it answers the text as it is. */
export type Colour = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan'
export type Paint = (colour: Colour, text: string) => string

export const unpainted: Paint = (_, text) => text
