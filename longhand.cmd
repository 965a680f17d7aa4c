@echo off
rem Builds Longhand on first use and again when its sources changed, then runs it with the arguments given.
rem Each build goes to a folder of its own under .build, so a rebuild never touches the files of a program that is running.
setlocal
set "root=%~dp0"
set "root=%root:~0,-1%"
set "home=%root%\.build"

where dotnet >nul 2>nul
if errorlevel 1 (
    echo longhand: the .NET 10 SDK was not found. Install it from https://dotnet.microsoft.com/download and try again. 1>&2
    exit /b 1
)

rem .build\sources is a copy of the sources the newest build was made from; robocopy answers 0 when nothing differs.
if not exist "%home%\current" goto build
robocopy "%root%\src" "%home%\sources" *.cs *.csproj *.csv /mir /xd bin obj /l /njh /njs /nfl /ndl >nul
if errorlevel 1 goto build
robocopy "%root%" "%home%\sources-root" *.props global.json /l /njh /njs /nfl /ndl >nul
if errorlevel 1 goto build

:start
set "LONGHAND_COMMAND=%0"
set /p app=<"%home%\current"
dotnet "%home%\%app%\Longhand.Cli.dll" %*
exit /b %errorlevel%

:build
if exist "%home%\current" (echo Building Longhand ^(its sources changed^)... 1>&2) else (echo Building Longhand ^(first use, about 20 seconds^)... 1>&2)
set "id=%RANDOM%%RANDOM%"
set "log=%home%\build-%id%.log"
set DOTNET_NOLOGO=1
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_CLI_USE_MSBUILD_SERVER=0
set DOTNET_GENERATE_ASPNET_CERTIFICATE=false
if not exist "%home%" mkdir "%home%"
robocopy "%root%\src" "%home%\sources-%id%" *.cs *.csproj *.csv /mir /xd bin obj >nul
robocopy "%root%" "%home%\sources-root-%id%" *.props global.json >nul
pushd "%root%"
dotnet build src\Longhand.Cli -c Release --artifacts-path "%home%\work-%id%" -v quiet --nologo --nodeReuse:false -p:UseSharedCompilation=false -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false -p:NuGetAudit=false >"%log%" 2>&1 <nul
if errorlevel 1 (
    popd
    type "%log%" 1>&2
    echo longhand: the build failed; the messages above say why. 1>&2
    rmdir /s /q "%home%\work-%id%" "%home%\sources-%id%" "%home%\sources-root-%id%" 2>nul
    del "%log%"
    exit /b 1
)
popd
robocopy "%home%\work-%id%\bin\Longhand.Cli\release" "%home%\app-%id%" /e >nul
rmdir /s /q "%home%\work-%id%" "%home%\sources" "%home%\sources-root" 2>nul
move "%home%\sources-%id%" "%home%\sources" >nul
move "%home%\sources-root-%id%" "%home%\sources-root" >nul
del "%log%"
>"%home%\current" echo app-%id%
goto start
