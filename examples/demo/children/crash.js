throw new Error('this extension crashes as soon as it starts')
