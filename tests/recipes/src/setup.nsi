Name "TEST Product"
OutFile "setup.exe"
SilentInstall silent
RequestExecutionLevel user
SetCompressor zlib
InstallDir "$TEMP\TEST Product"
Section
  SetOutPath "$INSTDIR"
  File "payload.txt"
SectionEnd
