export const renderTwoModes = (): Promise<string> => Promise.resolve("");
