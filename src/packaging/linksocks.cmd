@echo off
rem Starts linksocks.jar, which lies beside this file, on the Java of JAVA_HOME or else of PATH.
rem LINKSOCKS_JAVA_OPTS are further options for the virtual machine, such as -Xmx256m.
setlocal
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" %LINKSOCKS_JAVA_OPTS% -jar "%~dp0linksocks.jar" %*
exit /b %ERRORLEVEL%
