export function findClientCommand(_name: string): undefined {
  return undefined;
}
