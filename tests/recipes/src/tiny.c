/* The smallest program worth signing. */
__declspec(dllimport) void __stdcall ExitProcess(unsigned code);
__declspec(dllexport) int answer(void) { return 42; }
void entry(void) { ExitProcess(0); }
