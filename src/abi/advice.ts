export const advice = (_call: string, _errno: string): string | null => null;
